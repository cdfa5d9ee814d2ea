-- From a row of a cycle to those of its members that have members in turn. (Beside "depth", which is
-- never NULL, they are no conditions on the member alone: SQLite might read the whole table for such,
-- into a Bloom filter.)
SELECT {row}, {closure}."depth" + 1
      FROM {closure} CROSS JOIN {member}
      WHERE {is_member}
        AND ({closure}."depth" IS NULL OR {has_members}{also})
