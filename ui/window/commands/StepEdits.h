// SPDX-License-Identifier: MIT
#pragma once

#include "model/Edits.h"

#include <QObject>

#include <string>

namespace millrace {

class CanvasEditor;
class Document;
class InspectorPanel;
class LimitBox;

/// Makes edits of the document of what the inspector, its windows of code and the box on the run's limit ask for.
class StepEdits : public QObject
{
    Q_OBJECT

public:
    struct Parts
    {
        Document &document;
        CanvasEditor &editor;
        InspectorPanel &inspector;
        LimitBox &limitBox;
    };

    StepEdits(Parts parts, QObject *parent);

private:
    void addWorker(const std::string &step);
    /// The caption of an edit of these steps, with their name or number.
    QString named(const QString &caption, const StepIds &steps) const;

    Parts m_parts;
};

} // namespace millrace
