/** A declaration that is exported, with its name. */
export const DECLARED = /^export (?:async )?(?:function|const|type|interface|class)\*? (\w+)/gm
