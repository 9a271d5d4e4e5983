// SPDX-License-Identifier: MIT
#pragma once

#include "expression/language/Ast.h"

#include <string>
#include <string_view>

namespace millrace {

/// A text as a literal of a script.
std::string scriptText(std::string_view text);

/// What the function for an operation is called.
std::string scriptName(const Operation &operation);

/// An expression as text for the script engine. Its operators are calls of functions with our meaning of them, so that
/// a null or a text means the same as where columns are computed with.
///
/// A function of the object that scriptPrelude() makes, returning the function to call for an item: parameters are the
/// values of Ast::fields, then the item and its id.
std::string scriptSource(const Ast &ast);

/// A function of the object `native`, which has apply(operation, node, arguments), number(node, argument, value),
/// notCallable(node) and locate(node). Returns an object with a function for each operation, quick for numbers and texts,
/// and for calls, which say of an exception where it came from.
std::string scriptPrelude();

} // namespace millrace
