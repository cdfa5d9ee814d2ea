-- All that must go first is on the work list; the row itself comes when that is gone.
  UPDATE {work} SET "state" = 1 WHERE {work}."seq" = NEW."seq";
