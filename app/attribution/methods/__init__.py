"""The methods of explanation, one file each."""
