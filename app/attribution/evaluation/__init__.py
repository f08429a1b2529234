"""The evaluation of an explanation: faithfulness, random maps, sanity check."""
