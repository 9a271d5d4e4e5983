// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "pipeline/Pipeline.h"
#include "pipeline/Problem.h"
#include "steps/StepType.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace millrace {

/// Letters, digits, _ and -, not beginning with a digit or "-".
bool isParameterName(std::string_view name);

/// `NAME=VALUE` of a call: what the parameter of that name is for this run, in place of its default. Where the default
/// is a number, `true`, a list or an object the value has to be one too, else text is taken as it is. Refuses names
/// that the pipeline doesn't declare, with the one that was probably meant.
Result<> giveParameter(Pipeline &pipeline, const std::string &assignment);

/// A pipeline whose steps have the values of its parameters in place of `${name}`: within any text of their own
/// parameters and of their workers' arguments, also in lists and objects, but not in secrets. A text that is nothing
/// but `${name}` becomes the value itself, a number for instance; `$${` becomes `${`. In expressions, code and the
/// like, where `${…}` has a meaning of its own, only declared names are looked at. Whatever checks, permits or runs a
/// pipeline looks at it through this. Any thread.
class FilledPipeline
{
public:
    /// Borrows the pipeline, which must outlive it unchanged: where there is nothing to put in, it is pipeline()
    /// itself.
    FilledPipeline(const Pipeline &pipeline, const StepRegistry &registry);

    const Pipeline &pipeline() const { return m_filled ? *m_filled : m_drawn; }
    /// Errors: names that aren't declared, and those that have no value. Warnings: parameters that no step uses.
    const Problems &problems() const { return m_problems; }
    /// Whether a step's parameter names something without a value, so that nothing else can be said of it.
    bool isOpen(const std::string &step, const std::string &param) const { return m_open.contains({step, param}); }
    /// Whether a step names the parameter.
    bool uses(const std::string &parameter) const { return m_used.contains(parameter); }
    /// A sentence about the first parameter that is used and has no value; empty where there is none.
    std::string missing() const;

private:
    class Filler;

    const Pipeline &m_drawn;
    std::optional<Pipeline> m_filled;
    Problems m_problems;
    std::set<std::pair<std::string, std::string>> m_open;
    std::set<std::string> m_missing, m_used;
};

} // namespace millrace
