// SPDX-License-Identifier: MIT
#pragma once

#include "steps/StepRunner.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::test {

/// Writes batches with a sink, as the engine does; finishes unless something failed.
class Writing
{
public:
    Writing(std::string_view type, const std::string &params)
        : m_writer(make(type, params)), m_encoder(make(type, params))
    {
        note(writer().open({}));
        if (failure.empty() && writer().isTwoPhase())
            note(encoder().openEncoder(writer(), {}));
    }
    ~Writing() { writer().close(); }

    Writing &add(Batch &batch)
    {
        if (failure.empty() && writer().isTwoPhase())
            note(encoder().encode(batch));
        if (failure.empty())
            note(writer().write(batch));
        for (const ItemError &error : batch.errors())
            errors.push_back(error.message);
        return *this;
    }
    Writing &add(const std::string &dataInputs, const std::string &expectedOutputs = {})
    {
        const auto batch = batchOf(dataInputs, expectedOutputs);
        return add(*batch);
    }
    Writing &finish()
    {
        note(writer().finish());
        return *this;
    }
    std::string abandon() { return writer().abandon(); }
    Sink &writer() { return static_cast<Sink &>(*m_writer); }

    std::string failure;
    std::vector<std::string> errors;

private:
    Sink &encoder() { return static_cast<Sink &>(*m_encoder); }
    void note(const Result<> &done)
    {
        if (!done && failure.empty())
            failure = done.error().message;
    }

    std::unique_ptr<Step> m_writer, m_encoder;
};

} // namespace millrace::test
