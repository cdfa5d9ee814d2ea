-- A job is done.
  DELETE FROM {work} WHERE {work}."seq" = NEW."seq"{unless_later};
