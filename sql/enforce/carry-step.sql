-- One key of a cycle: from a changed key to those of the rows that refer to it, where they change too.
SELECT {member_tag}, {old_key}, {new_key}
      FROM {closure} CROSS JOIN {member}
      WHERE {closure}."tbl" = {tag} AND {is_member} AND ({changes})
