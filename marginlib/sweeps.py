"""The same question asked many times: on one machine or on a cluster, with the same answers."""
