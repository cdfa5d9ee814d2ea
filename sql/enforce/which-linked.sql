-- The members of a many-to-many that are linked to the owner that goes, and to no other.
{is_linked}
    AND NOT EXISTS (SELECT 1 FROM {links} WHERE {to_member} AND {old_key} IS NOT {link_owner})
