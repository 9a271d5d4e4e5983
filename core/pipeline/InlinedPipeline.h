// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Pipeline.h"
#include "pipeline/Problem.h"
#include "steps/StepType.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// A pipeline with the steps of other files in the place of its steps "pipeline": those of the step `outer` are called `outer/inner`.
/// What the file's step "input" gives comes by the links to `outer`, and what reaches its steps "output" goes by the links from there.
/// Whatever checks, permits or runs a pipeline looks at it through this, once its parameters have values. Any thread.
class InlinedPipeline
{
public:
    /// Where the steps of one step "pipeline" begin and end.
    struct Part
    {
        std::string file;                         ///< absolute
        std::string entry;                        ///< the id of the step by which items enter
        std::map<std::string, std::string> exits; ///< by port: by which they leave
    };

    /// Borrows the pipeline, which must outlive it unchanged: where nothing is nested it is pipeline() itself. Reads the files.
    /// `folder`: what relative paths are relative to.
    InlinedPipeline(const Pipeline &filled, const StepRegistry &registry, const std::string &folder);

    const Pipeline &pipeline() const { return m_inlined ? *m_inlined : m_drawn; }
    bool hasParts() const { return m_inlined.has_value(); }
    /// What is wrong with the files, by the ids of the drawing's steps. The steps that name them are left out then.
    const Problems &problems() const { return m_problems; }
    /// By the ids of the steps "pipeline", also of those within others.
    const std::map<std::string, Part> &parts() const { return m_parts; }
    /// What is known of a step `outer/inner` is said of `outer`, with the name of the file: for who shows the drawing.
    Problem asDrawn(Problem problem) const;

private:
    class Inliner;

    const Pipeline &m_drawn;
    std::optional<Pipeline> m_inlined;
    Problems m_problems;
    std::map<std::string, Part> m_parts;
};

/// What the step with that id is called in the file in which the step `seenFrom` stands: "a" for "part/a" seen from "part/b", and "part"
/// seen from outside. Where no file was put into the pipeline (the C++ API has such ids of its own) it is the id itself.
std::string_view drawnId(const Pipeline &pipeline, std::string_view id, std::string_view seenFrom);

} // namespace millrace
