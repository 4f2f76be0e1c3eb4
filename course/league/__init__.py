"""The league of the capstone: venues handed in as files of data, tried on crowds nobody has seen.

``python -m course.league FOLDER --hidden FILE --out FOLDER`` scores a folder of designs.
"""
