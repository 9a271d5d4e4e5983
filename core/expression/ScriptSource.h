// SPDX-License-Identifier: MIT
#pragma once

#include "expression/Ast.h"

#include <string>
#include <vector>

namespace millrace {

/// An expression as text for the script engine. Its operators are calls of functions with our meaning of them, so that
/// a null or a text means the same as where columns are computed with.
struct ScriptSource {
    /// A function of the object that scriptPrelude() makes, returning the function to call for an item: parameters are
    /// the values of Ast::fields, then the item and its id where they are used.
    std::string code;
    std::vector<uint32_t> nodeOfLine; ///< for each line of `code`, what begins there: where an exception comes from
};

ScriptSource scriptSource(const Ast& ast);

/// A function of the object `native`, which has apply(operation, node, arguments) and number(node, argument, value).
/// Returns an object with a function for each operation, quick for numbers and texts.
std::string scriptPrelude();

} // namespace millrace
