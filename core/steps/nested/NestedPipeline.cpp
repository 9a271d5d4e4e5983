// SPDX-License-Identifier: MIT
#include "data/files/FilePath.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

#include <algorithm>

namespace millrace {

/// Stands for the steps of another pipeline, which are put in its place before anything is checked or run: see InlinedPipeline.
class NestedPipeline final : public Step
{
public:
    static void describe(StepBuilder<NestedPipeline> &step)
    {
        step.id("pipeline").title("Pipeline").family(Family::Transform).icon("pipeline-file");
        step.help(
            "Does what another pipeline does, as one step: the items come in by that pipeline's step \"input\", and "
            "what reaches its step \"output\" goes on. Its file is a pipeline like any other, and may have such "
            "steps itself. For example file: clean.millrace, parameters: {\"country\": \"DE\"}. Reports and logs "
            "name its steps behind this one's name, as in clean/trim.");
        step.synonyms({"subpipeline", "sub-pipeline", "group", "module", "include", "nested", "reuse", "function"});
        step.nesting(Nesting::Pipeline).changesItemCount().outputPortsFrom("ports", &NestedPipeline::ports);
        step.param("file", &NestedPipeline::m_file)
            .kind(ParamKind::InputFile)
            .required()
            .help("The other pipeline. A relative path starts at this pipeline's folder.");
        step.param("parameters", &NestedPipeline::m_parameters)
            .help(
                "Values for the parameters that it declares, an object such as {\"country\": \"DE\"}; what isn't there "
                "has its default.");
        step.param("ports", &NestedPipeline::m_ports)
            .kind(ParamKind::FieldNames)
            .title("Outputs")
            .help("The ports of its steps \"output\", the usual one first.");
    }
    void check(const CheckContext &, std::vector<StepProblem> &problems) const override
    {
        if (!m_parameters.isNull() && !m_parameters.isObject())
            problems.push_back({true, "parameters", "The parameters are an object such as {\"country\": \"DE\"}."});
    }
    SchemaPtr outputSchema(const CheckContext &) const override { return nullptr; }
    std::string summary() const override { return fileName(m_file); }

private:
    std::vector<std::string> ports() const { return m_ports.empty() ? std::vector<std::string>{"out"} : m_ports; }

    std::string m_file;
    Value m_parameters = Members();
    std::vector<std::string> m_ports{"out"};
};

void registerNestedPipeline(StepRegistry &registry)
{
    registry.add<NestedPipeline>();
}

} // namespace millrace
