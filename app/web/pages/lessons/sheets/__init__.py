"""Printed sheets of exercises: the form that makes one, the sheet, the answers."""
