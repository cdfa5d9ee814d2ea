-- The member of a many-to-many whose last link goes while the owner stays.
{was_referred_to}
    AND EXISTS (SELECT 1 FROM {owner} WHERE {was_owner})
    AND {unreferenced}
