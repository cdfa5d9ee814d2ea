-- The version, which a connection without the extension does not know.
SELECT relationship_version();
.plain
SELECT relationship_version();
