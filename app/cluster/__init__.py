"""Replicas of the server on Ray Serve, and jobs on Ray Data: the optional extra `cluster`, the only user of Ray."""
