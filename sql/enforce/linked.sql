-- The members of a many-to-many that an owner is linked to.
{member_key} IN (SELECT {link_member} FROM {links} WHERE {is_link}){also}
