// SPDX-License-Identifier: MIT
#include "millrace/cluster/WorkerTrust.h"

#include "data/json/ObjectMembers.h"
#include "pipeline/Pipeline.h"
#include "trust/Permissions.h"
#include "trust/PermissionText.h"
#include "trust/TrustRecord.h"

namespace millrace {

Result<> permittedHere(const std::vector<Value> &told,
                       const StepRegistry &registry,
                       const std::string &folder,
                       const TrustSettings &settings)
{
    Pipeline pipeline;
    PipelinePlace place{folder, {}};
    for (const Value &made : told) {
        PipelineStep step;
        step.id = textOf(made, "step");
        step.type = textOf(made, "type");
        if (const Value *params = memberOf(made, "params"); params && params->isObject())
            step.params = params->toObject();
        pipeline.steps.push_back(std::move(step));
        if (place.folder.empty())
            place.folder = textOf(made, "folder");
    }
    const TrustRecord trusted;
    const PermissionSurvey survey = permissionsOf(pipeline, registry, place, trusted);
    if (!survey.forbidden.empty())
        return failure(ErrorKind::Trust, survey.forbidden);
    const Permissions unknown = trusted.unknownOf(survey.needed);
    if (unknown.empty())
        return {};
    const std::string digest = digestOf(survey.needed);
    if (settings.isGiven && (settings.digest.empty() || settings.digest == digest))
        return trusted.add(unknown, place.identity());
    std::string text;
    for (const Permission &permission : unknown)
        text += (text.empty() ? "" : "; ") + named(permission);
    return failure(ErrorKind::Trust, "It would " + text
                                         + ", to which nobody has agreed here. If you trust it, start the worker "
                                           "with --trust "
                                         + digest + '.');
}

} // namespace millrace
