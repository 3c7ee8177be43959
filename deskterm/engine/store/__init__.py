"""The database: engines, migrations, search indexes, blobs, paths."""
