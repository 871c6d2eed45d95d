"""What a tenant, profile, secret, version, plan and reference are: values and pure rules."""
