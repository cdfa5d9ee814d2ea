-- Removed from its collection, a member stays without owner.
  UPDATE {member} SET {let_go} WHERE {this_member};
