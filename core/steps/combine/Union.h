// SPDX-License-Identifier: MIT
#pragma once

#include "steps/StepBuilder.h"

#include <string>

namespace millrace {

/// Joins the branches of a split in the order of their links. This is its declaration: the engine does the joining.
class Union final : public Step
{
public:
    static void describe(StepBuilder<Union> &step);
    /// "items", "batches" or "fields".
    const std::string &mode() const { return m_mode; }
    SchemaPtr outputSchema(const CheckContext &context) const override;
    std::string summary() const override;

private:
    std::string m_mode = "items";
};

} // namespace millrace
