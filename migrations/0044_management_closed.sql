-- Machines could manage the installation unless somebody said otherwise, and that default stands written out in every document. It is taken
-- out: an application without the field may not, and the log says at the start which machines lost it. What somebody said, which is false,
-- stays. The field is always followed by another, in every version that wrote one.
update applications set document = replace(document, '"managementApi":true,', '');
