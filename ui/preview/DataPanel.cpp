// SPDX-License-Identifier: MIT
#include "preview/DataPanel.h"

#include "preview/ItemsPane.h"
#include "theme/Fields.h"
#include "theme/PlainText.h"
#include "theme/SaveDialog.h"

#include <QAction>
#include <QClipboard>
#include <QDir>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSaveFile>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

namespace millrace {

namespace {

enum Sides { Both, OnlyIn, OnlyOut };
constexpr int LeastPane = 160; // pixels at 100 %

} // namespace

DataPanel::DataPanel(Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_remark(makeLabel({}, "muted"))
    , m_empty(makeLabel(tr("Select a step to see its data."), "muted"))
    , m_sides(new ChoiceField)
    , m_form(new ChoiceField)
    , m_filter(new QLineEdit)
    , m_copy(new QToolButton)
    , m_export(new QToolButton)
    , m_in(new ItemsPane(tr("In"), theme))
    , m_out(new ItemsPane(tr("Out"), theme))
    , m_splitter(new QSplitter)
    , m_corner(makeCorner())
{
    setObjectName(QStringLiteral("bottomPanel"));
    m_in->setObjectName(QStringLiteral("dataIn"));
    m_out->setObjectName(QStringLiteral("dataOut"));
    m_splitter->setHandleWidth(1);
    m_splitter->setChildrenCollapsible(false);
    for (ItemsPane *pane : {m_in, m_out}) {
        pane->setMinimumWidth(int(LeastPane * theme.fontScale()));
        pane->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Expanding); // equal shares, whatever is in them
    }
    m_splitter->addWidget(m_in);
    m_splitter->addWidget(m_out);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_splitter, 1);
    layout->addWidget(m_empty, 1);
    connect(m_in, &ItemsPane::chosen, this, &DataPanel::compare);
    connect(m_out, &ItemsPane::chosen, this, &DataPanel::compare);
    arrange();
}

QWidget *DataPanel::makeCorner()
{
    m_sides->addItems({tr("In | Out"), tr("In"), tr("Out")});
    m_sides->setAccessibleName(tr("Sides of the step that are shown"));
    m_form->addItems({tr("Table"), tr("JSON")});
    m_form->setAccessibleName(tr("How the items are shown"));
    m_filter->setPlaceholderText(tr("Filter"));
    m_filter->setAccessibleName(tr("Shows items that have this text"));
    m_filter->setClearButtonEnabled(true);
    m_remark->setMinimumWidth(1); // it gives way in a small window
    m_filter->setMinimumWidth(48);
    m_filter->setMaximumWidth(int(125 * m_theme.fontScale()));
    m_copy->setIcon(m_theme.icon(QStringLiteral("copy")));
    m_copy->setAccessibleName(tr("Copy the items"));
    m_copy->setToolTip(tr("Copies the selected rows, or all, for a spreadsheet or as JSON Lines"));
    m_export->setIcon(m_theme.icon(QStringLiteral("export")));
    m_export->setAccessibleName(tr("Export the items"));
    m_export->setToolTip(tr("Writes the items that are shown to a file, as CSV or JSON Lines"));
    auto *corner = new QWidget;
    auto *row = new QHBoxLayout(corner);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(m_theme.fontScale() > 1.2 ? 1 : 6); // a small window with larger text has no room to give away
    for (QWidget *each :
         {static_cast<QWidget *>(m_remark), static_cast<QWidget *>(m_sides), static_cast<QWidget *>(m_form),
          static_cast<QWidget *>(m_filter), static_cast<QWidget *>(m_copy), static_cast<QWidget *>(m_export)})
        row->addWidget(each);
    connect(m_sides, &QComboBox::activated, this, &DataPanel::arrange);
    connect(m_form, &QComboBox::activated, this, [this](int form) {
        for (ItemsPane *pane : {m_in, m_out})
            pane->setJson(form == 1);
    });
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString &text) {
        for (ItemsPane *pane : {m_in, m_out})
            pane->setFilter(text);
    });
    connect(m_copy, &QToolButton::clicked, this, &DataPanel::copy);
    connect(m_export, &QToolButton::clicked, this, &DataPanel::exportWithDialog);
    return corner;
}

void DataPanel::setData(const StepData &data)
{
    m_data = data;
    m_remark->setText(data.isShown ? data.remark : QString());
    m_remark->setToolTip(plainToolTip(data.explanation));
    if (!data.isShown)
        m_empty->setText(data.remark.isEmpty() ? tr("Select a step to see its data.") : data.remark);
    if (data.in)
        m_in->setData(*data.in);
    compare();
    arrange();
}

/// What went out beside what came in.
void DataPanel::compare()
{
    if (m_data.out)
        m_out->setData(*m_data.out, m_data.in ? m_in : nullptr);
}

void DataPanel::arrange()
{
    const bool isStep = m_data.isShown, hasBoth = m_data.in && m_data.out;
    const int sides = hasBoth ? m_sides->currentIndex() : int(Both);
    m_in->setVisible(m_data.in && sides != OnlyOut);
    m_out->setVisible(m_data.out && sides != OnlyIn);
    m_splitter->setVisible(isStep);
    m_empty->setVisible(!isStep);
    m_sides->setVisible(hasBoth);
    for (QWidget *each : {static_cast<QWidget *>(m_form), static_cast<QWidget *>(m_filter),
                          static_cast<QWidget *>(m_copy), static_cast<QWidget *>(m_export)})
        each->setVisible(isStep);
}

/// The side that has the keyboard; else what goes out, where it is shown.
ItemsPane &DataPanel::chosenPane() const
{
    return m_out->isVisible() && !m_in->isAncestorOf(focusWidget()) ? *m_out : *m_in;
}

void DataPanel::copy()
{
    QGuiApplication::clipboard()->setText(chosenPane().copiedText());
}

void DataPanel::exportWithDialog()
{
    if (const QString path = askWhereToSave(this, tr("Export the items"), QStringLiteral("items.csv"),
                                            {tr("CSV (*.csv)"), tr("JSON Lines (*.jsonl)")});
        !path.isEmpty())
        exportTo(path);
}

void DataPanel::exportTo(const QString &path)
{
    const bool isJson = path.endsWith(QLatin1String(".jsonl"), Qt::CaseInsensitive)
                        || path.endsWith(QLatin1String(".json"), Qt::CaseInsensitive);
    const std::string text = chosenPane().exportedText(isJson);
    QSaveFile file(path);
    const bool isWritten = file.open(QIODevice::WriteOnly)
                           && file.write(text.data(), qint64(text.size())) == qint64(text.size()) && file.commit();
    const QString name = QDir::toNativeSeparators(path);
    Q_EMIT told(isWritten ? tr("The items that are shown were written to %1.").arg(name)
                          : tr("“%1” can't be written: %2. Choose another folder, or make room there.")
                                .arg(name, file.errorString()));
}

} // namespace millrace
