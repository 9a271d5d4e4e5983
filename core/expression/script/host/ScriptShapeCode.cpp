// SPDX-License-Identifier: MIT
#include "expression/script/host/ScriptShapeCode.h"

#include "expression/script/ScriptSource.h"
#include "expression/values/Words.h"

#include <string_view>

namespace millrace {

namespace {

constexpr const char *Declarations = R"(let q@, qm@, d@, dm@, size@ = 0, t@ = [];
const start@ = () => {
    const size = rows * #;
    if (size@ < size) {
        size@ = size;
        q@ = new $.Bytes(qm@ = new $.Memory(size));
        d@ = new $.Reals(dm@ = new $.Memory(size * 8));
    } else {
        $.fill(q@, 0, 0, size);
    }
    t@ = [];
};
)";

constexpr const char *Put = R"(
    if (*) {
        if (typeof b@ === "number") { if (b@ - b@ !== 0) return false; d#[p + @] = b@; q#[p + @] = 1; }
        else if (typeof b@ === "string") { (t#[@] || $.texts(t#, @, rows))[k] = b@; q#[p + @] = 2; }
        else if (b@ === null || b@ === undefined) q#[p + @] = 5;
        else if (b@ === true) q#[p + @] = 3;
        else if (b@ === false) q#[p + @] = 4;
        else return false;
    })";

std::string filled(std::string_view pattern, char mark, std::string_view with)
{
    std::string text;
    for (const char c : pattern)
        c == mark ? text += with : text += c;
    return text;
}

} // namespace

std::string shapeDeclarations(size_t shape, size_t members)
{
    return filled(filled(Declarations, '@', std::to_string(shape)), '#', std::to_string(members));
}

std::string shapeFunctions(size_t shape, const std::vector<ShapeMember> &members)
{
    const std::string number = std::to_string(shape);
    std::string code = joined(
        {"(value, r, k) => { if (k === 0) start", number, "();\n    const p = k * ", std::to_string(members.size())});
    for (size_t i = 0; i < members.size(); ++i)
        code += joined({", b", std::to_string(i), " = value[", scriptText(members[i].name), "]"});
    code += ";";
    for (size_t i = 0; i < members.size(); ++i)
        code += filled(filled(filled(Put, '@', std::to_string(i)), '#', number), '*', members[i].differs);
    return code + filled("\n    return true; },\n() => [qm@, dm@, t@]", '@', number);
}

} // namespace millrace
