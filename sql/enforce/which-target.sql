-- The target of a many-to-one whose last reference goes, or turns away.
{was_referred_to}
    AND {unreferenced}
