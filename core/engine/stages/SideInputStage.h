// SPDX-License-Identifier: MIT
#pragma once

#include "engine/stages/SerialStage.h"

namespace millrace {

/// A step with several inputs: its first one is the stream, the others are read before that, and whole.
///
/// The stream isn't kept waiting where it comes from, or a split whose parts meet here again would hold itself back for ever: what comes
/// of it meanwhile is taken in, in memory first, then in a temporary file. So a run never waits for this stage to read.
class SideInputStage final : public OrderedStage
{
public:
    using OrderedStage::OrderedStage;
    void prepareInputs() override;

protected:
    void accept(Pump &pump, Batch *batch) override;
    Batch *nextInput(Pump &pump, Worker &worker) override;

private:
    bool takeSides(Pump &pump, Worker &worker);

    bool m_isSideTaken = false;
};

} // namespace millrace
