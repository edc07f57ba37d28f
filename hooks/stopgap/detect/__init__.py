"""The shared detection core: rules, env-file names, matcher, filters, decoders."""
