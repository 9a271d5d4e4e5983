// SPDX-License-Identifier: MIT
#pragma once

#include "inspector/InspectorPanel.h"

#include <QCoreApplication>
#include <QStringList>

#include <vector>

namespace millrace {

/// For QCOMPARE.
inline char *toString(const Value &value)
{
    return qstrdup(toJson(value).c_str());
}

/// An inspector with a pipeline under it: keeps what it tells, as a document would, and shows the outcome at once.
class InspectorBench : public QObject
{
public:
    InspectorBench(const StepRegistry &registry, Theme &theme) : panel(registry, theme)
    {
        connect(&panel, &InspectorPanel::edited, this,
                [this](const QString &caption, const QString &key, const InspectorPanel::Edit &edit) {
                    captions << caption;
                    keys << key;
                    edit(pipeline);
                    show();
                });
        panel.resize(300, 820);
    }

    void show() { panel.inspect({pipeline, selection, problems, fields, folder, false}); }

    PipelineStep &add(const std::string &id, const std::string &type)
    {
        PipelineStep step;
        step.id = id;
        step.type = type;
        pipeline.steps.push_back(step);
        return pipeline.steps.back();
    }

    /// The field with that accessible name; null where there is none that is shown.
    template <class Field>
    Field *field(const QString &name) const
    {
        QCoreApplication::sendPostedEvents(); // new rows are shown by an event
        for (Field *found : panel.findChildren<Field *>())
            if (found->accessibleName() == name && found->isVisibleTo(&panel))
                return found;
        return nullptr;
    }

    InspectorPanel panel;
    Pipeline pipeline;
    StepIds selection;
    Problems problems;
    KnownFields fields;
    std::string folder;
    QStringList captions, keys;
};

} // namespace millrace
