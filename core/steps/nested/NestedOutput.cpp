// SPDX-License-Identifier: MIT
#include "steps/StepBuilder.h"

namespace millrace {

/// Where items leave a pipeline that is a step of another. By itself it drops them.
class NestedOutput final : public Sink
{
public:
    static void describe(StepBuilder<NestedOutput> &step)
    {
        step.id("output").title("Output").family(Family::Sink).icon("sink");
        step.help(
            "The place where items go out when this pipeline is a step \"pipeline\" of another one, for example by "
            "port: rejected. Where the pipeline is run by itself, they are counted and dropped.");
        step.synonyms({"leave", "port", "result", "return", "subpipeline", "end"});
        step.nesting(Nesting::Output);
        step.param("port", &NestedOutput::m_port).help("Which output of the step \"pipeline\" they leave by.");
    }
    Result<> write(Batch &) override { return {}; }
    Resuming resuming() const override { return Resuming::Free; }
    std::string summary() const override { return m_port; }

private:
    std::string m_port = "out";
};

void registerNestedOutput(StepRegistry &registry)
{
    registry.add<NestedOutput>();
}

} // namespace millrace
