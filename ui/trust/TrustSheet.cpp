// SPDX-License-Identifier: MIT
#include "trust/TrustSheet.h"

#include "theme/Fields.h"
#include "theme/Text.h"
#include "trust/PermissionText.h"

#include <QFontDatabase>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

namespace millrace {

namespace {

constexpr int MostLines = 12;            ///< of one command or script; the rest is scrolled to
constexpr int Width = 36, MostList = 16; ///< of the sheet and of what it lists, in heights of the text

/// One that is muted, plain and may be copied.
QLabel *makeRemark(const QString &text)
{
    QLabel *label = makeLabel(text, "muted");
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

QPlainTextEdit *makeCode(const QString &text, const QString &name)
{
    auto *code = new QPlainTextEdit(text);
    code->setReadOnly(true);
    code->setTabChangesFocus(true);
    code->setAccessibleName(name);
    code->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    // A long line is broken into about as many as this.
    const int width =
        Width * code->fontMetrics().height() / std::max(1, code->fontMetrics().horizontalAdvance(QLatin1Char('m')));
    int lines = 1;
    for (const QString &line : text.split(QLatin1Char('\n')))
        lines += 1 + int(line.size()) / std::max(1, width);
    lines = std::clamp(lines, 2, MostLines);
    code->setFixedHeight(lines * code->fontMetrics().lineSpacing() + 16);
    return code;
}

} // namespace

TrustSheet::TrustSheet(const QString &file,
                       const std::vector<AskedPermission> &asked,
                       const QString &digest,
                       QWidget *window)
    : QDialog(window, Qt::Sheet)
{
    setWindowTitle(tr("Trust this pipeline? — Millrace"));
    setWindowModality(Qt::WindowModal);
    auto *question = makeLabel(
        tr("“%1” brings along what you haven't run or saved before.").arg(toQString(shownLine(toUtf8(file)))), "");
    auto *advice =
        makeLabel(tr("A run would do what is below, with your rights. Run it only if you trust where it comes "
                     "from; it isn't asked again until something of it is changed."),
                  "muted");
    QFont font = question->font();
    font.setWeight(QFont::DemiBold);
    question->setFont(font);
    auto *cancel = new QPushButton(tr("Cancel"));
    auto *run = new QPushButton(tr("&Run and trust"));
    setStyleFlag(*run, "primary", true);
    run->setAutoDefault(false);
    cancel->setDefault(true);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(run, &QPushButton::clicked, this, &QDialog::accept);

    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(run);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(10);
    for (QLabel *label : {question, advice}) {
        label->setWordWrap(true);
        layout->addWidget(label);
    }
    layout->addWidget(makeList(asked), 1);
    layout->addWidget(makeRemark(tr("Digest: %1").arg(digest)));
    layout->addLayout(buttons);
    const int width = Width * fontMetrics().height();
    resize(width, layout->totalHeightForWidth(width));
    cancel->setFocus();
}

void TrustSheet::addRows(QVBoxLayout &rows, const AskedPermission &asked)
{
    constexpr size_t MostFilesNamed = 12;
    const Permission &permission = asked.permission;
    const QString name = toQString(shownLine(permission.name)), step = toQString(shownLine(permission.step));
    QString title, accessible;
    switch (permission.kind) {
    case Permission::Kind::Execute:
        title = tr("%1 (step %2, %3) executes").arg(name, step, toQString(permission.type));
        accessible = tr("What %1 would execute").arg(name);
        break;
    case Permission::Kind::Write:
        title = tr("%1 (step %2) writes").arg(name, step);
        accessible = tr("What %1 would write").arg(name);
        break;
    case Permission::Kind::Read:
        title = tr("%1 (step %2) reads").arg(name, step);
        accessible = tr("What %1 would read").arg(name);
        break;
    case Permission::Kind::Connect:
        title = tr("%1 (step %2, %3) sends requests to").arg(name, step, toQString(permission.type));
        accessible = tr("Where %1 would send requests").arg(name);
        break;
    }
    QLabel *label = makeLabel(title);
    label->setWordWrap(true);
    rows.addWidget(label);
    const bool isCode = permission.kind == Permission::Kind::Connect
                        || (permission.kind == Permission::Kind::Execute && !permission.isProgram);
    rows.addWidget(makeCode(toQString(isCode ? shownCode(permission.text) : shownLine(permission.text)), accessible));
    std::vector<std::string> files;
    for (const auto &[file, print] : permission.files)
        files.push_back(file);
    if (!asked.changes.empty())
        rows.addWidget(
            makeRemark(tr("Since you agreed to it: %1.").arg(toQString(shownList(asked.changes, MostFilesNamed)))));
    if (!files.empty())
        rows.addWidget(makeRemark(tr("With %1.").arg(toQString(shownList(files, MostFilesNamed)))));
    if (!permission.isLasting)
        rows.addWidget(makeRemark(tr("%1: it is asked each time. Move what it needs to a folder of its own.")
                                      .arg(toQString(permission.reason))));
    else if (!permission.reason.empty())
        rows.addWidget(makeRemark(toQString(shownLine(permission.reason))));
}

QWidget *TrustSheet::makeList(const std::vector<AskedPermission> &asked)
{
    auto *list = new QWidget;
    auto *rows = new QVBoxLayout(list);
    rows->setContentsMargins(0, 0, 0, 0);
    for (const AskedPermission &one : asked) {
        if (rows->count() > 0)
            rows->addSpacing(6);
        addRows(*rows, one);
    }
    rows->addStretch(1);
    auto *area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidget(list);
    // As high as what there is to see, as far as that goes.
    area->setMinimumHeight(std::min(list->sizeHint().height(), MostList * fontMetrics().height()));
    return area;
}

} // namespace millrace
