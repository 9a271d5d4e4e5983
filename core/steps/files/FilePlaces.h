// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/Result.h"
#include "steps/Step.h"
#include "steps/write/PathTemplate.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// What becomes of a file where there is one of that name already.
enum class ExistingFile : uint8_t { Fail, Skip, Replace };

ExistingFile existingFileNamed(std::string_view name);

/// The files that a step takes: one for each item, by a template whose values may be whole paths. None outside of one folder, by whatever
/// links. One thread at a time.
class SourceFiles
{
public:
    /// `within`: that folder, relative to `folder`; empty: `folder` itself. Fails where there is none.
    Result<> open(const std::string &text, const std::string &within, const std::string &folder);
    /// Fails with a sentence where there is no regular file, or where it lies outside. `isLinkTaken`: of a link the link itself is meant.
    Result<std::string> pathFor(const Batch &batch, size_t row, bool isLinkTaken);

private:
    PathTemplate m_template{""};
    std::string m_folder, m_shown; ///< that relative paths start at; the one that files lie in, as the pipeline has it
    std::filesystem::path m_within;
    SchemaPtr m_schema; ///< that the columns are those of
    std::vector<size_t> m_columns;
};

/// The files that a step makes: one for each item, by a template of which each value is one part of the path at most. One thread at a time.
class TargetFiles
{
public:
    void open(const std::string &text, const std::string &folder);
    /// Where the file is to be; its folder is there then. Fails where links lead out of the folder that the pipeline names, and where
    /// something other than a regular file has that name.
    Result<std::string> pathFor(const Batch &batch, size_t row);

private:
    PathTemplate m_template{""};
    std::string m_folder;
    SchemaPtr m_schema; ///< that the columns are those of
    std::vector<size_t> m_columns;
};

/// For check(): what is wrong with a template of target files.
void checkTargets(const CheckContext &context,
                  const std::string &param,
                  const std::string &text,
                  std::vector<StepProblem> &problems);

} // namespace millrace
