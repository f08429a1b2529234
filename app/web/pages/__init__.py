"""The pages: one folder per page, and the modules that pages share."""
