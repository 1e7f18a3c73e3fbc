-- One read of an action by its number, within what its organization may see.
\set number random(1, :most)
SELECT * FROM action
  WHERE (FALSE OR organization_id IN (SELECT descendant_id FROM organization_tree WHERE ancestor_id = decode(repeat('a1', 16), 'hex'))
    OR seller_id = decode(repeat('a2', 16), 'hex')) AND number = :number AND dialect = 'comparetech';
