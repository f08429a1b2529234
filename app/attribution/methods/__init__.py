"""The methods of attribution, one file each."""
