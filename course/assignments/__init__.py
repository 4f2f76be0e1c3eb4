"""Assignments: a master notebook each, from which the students' sheet and its grader are made."""
