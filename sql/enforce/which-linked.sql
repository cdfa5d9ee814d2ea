-- The members of a many-to-many that are linked to the owner that goes, and to no other.
{member_key} IN (SELECT {link_member} FROM {links} WHERE {is_link}){also}
    AND NOT EXISTS (SELECT 1 FROM {links} WHERE {to_member} AND {old_key} IS NOT {link_owner})
