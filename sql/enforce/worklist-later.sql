-- Something that must go first was put on the work list since.
EXISTS (SELECT 1 FROM {work} AS "later" WHERE "later"."run" = {run} AND "later"."phase" = 0
    AND "later"."seq" > NEW."seq")
