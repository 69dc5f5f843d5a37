"""Tests of the IO managers: real Dagster runs over a folder and over an S3 server."""
