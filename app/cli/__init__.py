"""The commands of `convscope`, a file a noun."""
