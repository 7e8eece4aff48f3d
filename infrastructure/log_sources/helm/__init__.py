"""The reader of HELM: the folder of a run, with its specification, requests and statistics."""
