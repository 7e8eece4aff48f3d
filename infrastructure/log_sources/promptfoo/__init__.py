"""Result files of promptfoo (docs/sources.md): a table of prompts by tests becomes several runs."""
