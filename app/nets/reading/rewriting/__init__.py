"""What of a file is replaced before it is read and run: functions, branches, inputs other than the image."""
