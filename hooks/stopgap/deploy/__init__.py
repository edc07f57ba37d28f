"""Deploy steps as plain facts: one reader a mechanism gives a `Copy`, whatever it reads. `checks.deploy_sync` says what they mean."""
