// SPDX-License-Identifier: MIT
#pragma once

#include "steps/files/FilePlaces.h"
#include "steps/StepBuilder.h"

#include <string>

namespace millrace {

/// A base of steps that do something with one file for each item. A file that can't be worked on fails its item.
class FileStep : public Step
{
public:
    Result<> open(const StepContext &context) override;
    Result<> process(Batch &batch) override;
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    std::string summary() const override { return m_to.empty() ? m_from : m_from + " → " + m_to; }
    SchemaPtr outputSchema(const CheckContext &context) const override;

protected:
    /// `isChanged`: the files don't stay as they are.
    template <class T>
    static void describeFrom(StepBuilder<T> &step, const std::string &verb, bool isChanged)
    {
        step.changesFiles();
        step.keepsItemsOnError();
        step.param("from", &FileStep::m_from)
            .title("File")
            .help("The file to " + verb + ", with fields in braces: {path} as read.files gives it, or in/{name}.");
        ParamBuilder within = step.param("within", &FileStep::m_within);
        within.kind(ParamKind::Folder)
            .title("Within")
            .help("The folder that all these files have to lie in, whatever the items say; nothing: the pipeline's.");
        if (isChanged)
            within.written();
    }
    template <class T>
    static void describeTo(StepBuilder<T> &step)
    {
        step.param("to", &FileStep::m_to)
            .kind(ParamKind::OutputFile)
            .required()
            .title("To")
            .help("Where it goes, as done/{name}; folders are made as needed. It appears under that name when it is "
                  "whole. "
                  "A value is one part of the path at most: what can't be in a name is written as % and two digits.");
        step.param("exists", &FileStep::m_exists)
            .choices({"fail", "skip", "replace"})
            .title("A file that is there")
            .help("Where there is a file of that name: fail: the item fails. skip: nothing is done, the item goes on. "
                  "replace: the new one takes its place.");
        step.param("into", &FileStep::m_into)
            .kind(ParamKind::FieldName)
            .help("The field that gets the new path; nothing: none.");
    }

    /// The work on one file. `to` is empty for steps without a target.
    virtual Result<> work(const std::string &from, const std::string &to) = 0;
    /// Whether of a link the link itself is meant.
    virtual bool takesLinks() const { return false; }
    ExistingFile existing() const { return existingFileNamed(m_exists); }
    /// Its bytes and permissions, in a file that appears when it is whole. `keepsTime`: it keeps its time, too.
    Result<> copy(const std::string &from, const std::string &to, bool keepsTime) const;

private:
    Result<std::string> workOn(const Batch &batch, size_t row);

    std::string m_from = "{path}", m_within, m_to, m_exists = "fail", m_into;
    StepContext m_context;
    SourceFiles m_sources;
    TargetFiles m_targets;
};

} // namespace millrace
