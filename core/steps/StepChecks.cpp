// SPDX-License-Identifier: MIT
#include "steps/StepChecks.h"

#include "data/files/FilePath.h"
#include "data/text/ByteSize.h"
#include "data/text/Quote.h"
#include "data/text/VisibleText.h"

namespace millrace {

bool checkReadable(const CheckContext &context, const std::string &path, std::vector<StepProblem> &problems)
{
    if (path.empty() || isStandardStream(path))
        return !path.empty();
    std::string problem = readProblem(resolvePath(context.folder, path));
    if (problem.empty())
        return true;
    problems.push_back({true, "path", std::move(problem)});
    return false;
}

bool checkWritable(const CheckContext &context, const std::string &path, std::vector<StepProblem> &problems)
{
    if (path.empty() || isStandardStream(path))
        return !path.empty();
    std::string problem = writeProblem(resolvePath(context.folder, path));
    if (problem.empty())
        return true;
    problems.push_back({true, "path", std::move(problem)});
    return false;
}

void checkFields(const CheckContext &context,
                 const std::string &param,
                 const std::vector<std::string> &names,
                 std::vector<StepProblem> &problems)
{
    if (!context.input)
        return;
    for (const std::string &name : names) {
        if (!context.input->find(name))
            problems.push_back(missingField(param, name, *context.input));
    }
}

Result<uint64_t> sizeOf(const std::string &param, const std::string &value)
{
    const auto bytes = byteSizeOf(value);
    if (bytes && *bytes > 0)
        return *bytes;
    return failure(ErrorKind::Param, "The value of " + inQuotes(param) + ", " + inQuotes(value) + ", is not "
                                         + std::string(ByteSizeMeaning) + " above 0.");
}

void checkSize(const std::string &param, const std::string &value, std::vector<StepProblem> &problems)
{
    if (byteSizeOf(value).value_or(0) == 0)
        problems.push_back({true, param, inQuotes(value) + " is not " + std::string(ByteSizeMeaning) + " above 0."});
}

StepProblem missingField(const std::string &param, const std::string &name, const Schema &schema)
{
    if (!schema.isOpen())
        return {true, param, noFieldMessage(name, schema)};
    const std::string nearest = schema.nearest(name);
    return {false, param,
            "None of the first items has a field " + inQuotes(name) + "; later ones may."
                + (nearest.empty() ? "" : " Did you mean " + inQuotes(nearest) + '?')};
}

std::string noFieldMessage(const std::string &name, const Schema &schema)
{
    if (schema.size() == 0)
        return "There is no field " + inQuotes(name) + ": no fields come in.";
    const std::string nearest = schema.nearest(name);
    const std::string hint = nearest.empty() ? "; the" : "; did you mean " + inQuotes(codedText(nearest)) + "? The";
    return "There is no field " + inQuotes(codedText(name)) + hint + " fields are " + schema.names() + ".";
}

} // namespace millrace
