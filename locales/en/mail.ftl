# What we write by mail and SMS.
