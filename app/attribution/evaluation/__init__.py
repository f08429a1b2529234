"""Whether an explanation can be trusted: faithfulness, random maps, sanity checks."""
