-- A trigger: all that one event sets off. Every statement in a body says which relationship and
-- which rule it belongs to.
CREATE TRIGGER {name} {made}
{time} {event} ON {table}{when}
BEGIN
{body}END
