// Generated from /openapi/console.json by openapi-typescript (generate.mjs): BLESS=1 testkits/run node writes it anew.
export interface components {
    schemas: {
        ClientBundle: {
            /** @description The authority that signed the server's certificate (PEM) */
            ca: string;
            /** @description The client's certificate (PEM) */
            certificate: string;
            /** @description client_id at the token endpoint */
            consumer_key: string | null;
            /** @description client_secret at the token endpoint */
            consumer_secret: string | null;
            /** @description Its key (PEM, PKCS#8) */
            key: string;
            /** @description The convention's id; null for a certificate that is no partner's */
            partner: string | null;
            /** @description Key, certificate and authority (PKCS#12, base64) */
            pkcs12: string;
            /** @description The password of pkcs12 */
            pkcs12_password: string;
            /** @description What siretDemandeur must be */
            siret: string | null;
        };
        Clock: {
            frozen: boolean;
            /** Format: date-time */
            now: string;
            /** @description How far ahead of the system's time */
            offset_seconds: number;
        };
        ClockOrder: {
            advance?: string | null;
            frozen?: boolean | null;
            now?: string | null;
        };
        Convention: {
            application: {
                id_teleservice?: string;
                key?: string;
                name?: string;
            };
            certificates: {
                common_name?: string;
                fingerprint?: string;
                /** Format: date */
                from?: string;
                issuer?: string;
                subject?: string;
                /** Format: date */
                until?: string;
            }[];
            explanation: string;
            ficoba?: {
                establishment?: string;
                modalities?: ("iban" | "spi" | "siret-siren" | "personne-physique" | "personne-morale" | "iban-siret-siren" | "iban-personne-physique" | "iban-personne-morale")[];
                motifs?: string[];
                quota?: number;
                scopes?: ("dgfip_ficoba_etat_civil_denomination" | "dgfip_ficoba_adresse" | "dgfip_ficoba_compte" | "dgfip_ficoba_etablissement_bancaire" | "dgfip_ficoba_date" | "dgfip_ficoba_restitution_verification" | "dgfip_ficoba_nombre_comptes" | "dgfip_ficoba_iban" | "dgfip_ficoba_date_ouverture" | "dgfip_ficoba_motif_ouverture")[];
            };
            id: string;
            /**
             * @description The state that was imposed, whatever the dates say
             * @enum {string}
             */
            imposed?: "not-begun" | "in-force" | "suspended" | "ended";
            life: {
                /** Format: date */
                begins?: string;
                /** Format: date */
                ended_on?: string;
                /** Format: date */
                homologation_until?: string;
                /** Format: date */
                notice_on?: string;
                /** Format: date */
                questionnaire_on?: string;
                /** Format: date */
                resumed_on?: string;
                /** Format: date */
                suspended_on?: string;
            };
            networks: string[];
            organisation: string;
            quotas: {
                [key: string]: number | null;
            };
            r2p?: {
                /** @enum {string} */
                legal_basis?: "decret-2022-814" | "autre";
                modes?: ("etat-civil-complet" | "etat-civil-degrade" | "etat-civil-adresse" | "spi")[];
                quota?: number;
                restitution?: ("etat-civil-adresse-spi" | "spi" | "etat-civil-adresse") | {
                    /** @enum {string} */
                    "etat-civil-adresse"?: "etat-civil-adresse-spi" | "spi" | "etat-civil-adresse";
                    /** @enum {string} */
                    "etat-civil-complet"?: "etat-civil-adresse-spi" | "spi" | "etat-civil-adresse";
                    /** @enum {string} */
                    "etat-civil-degrade"?: "etat-civil-adresse-spi" | "spi" | "etat-civil-adresse";
                    /** @enum {string} */
                    spi?: "etat-civil-adresse-spi" | "spi" | "etat-civil-adresse";
                };
                scopes?: ("api_r2p_recherche_personne_physique" | "api_r2p_resolution_spi")[];
            };
            scopes: string[];
            sfip?: {
                quota?: number;
                scopes?: ("sfip_lep" | "sfip_donnees_fiscales_usagers")[];
            };
            siret: string;
            /** @enum {string} */
            state: "not-begun" | "in-force" | "suspended" | "ended";
            title: string;
        };
        ConventionPatch: {
            application?: {
                id_teleservice?: string;
                key?: string;
                name?: string;
                secret?: string;
            };
            certificates?: {
                common_name?: string;
                fingerprint?: string;
                /** Format: date */
                from?: string;
                issuer?: string;
                subject?: string;
                /** Format: date */
                until?: string;
            }[];
            ficoba?: {
                establishment?: string;
                modalities?: ("iban" | "spi" | "siret-siren" | "personne-physique" | "personne-morale" | "iban-siret-siren" | "iban-personne-physique" | "iban-personne-morale")[];
                motifs?: string[];
                quota?: number;
                scopes?: ("dgfip_ficoba_etat_civil_denomination" | "dgfip_ficoba_adresse" | "dgfip_ficoba_compte" | "dgfip_ficoba_etablissement_bancaire" | "dgfip_ficoba_date" | "dgfip_ficoba_restitution_verification" | "dgfip_ficoba_nombre_comptes" | "dgfip_ficoba_iban" | "dgfip_ficoba_date_ouverture" | "dgfip_ficoba_motif_ouverture")[];
            } | null;
            life?: {
                /** Format: date */
                begins?: string | null;
                /** Format: date */
                ended_on?: string | null;
                /** Format: date */
                homologation_until?: string | null;
                /** Format: date */
                notice_on?: string | null;
                /** Format: date */
                questionnaire_on?: string | null;
                /** Format: date */
                resumed_on?: string | null;
                /** Format: date */
                suspended_on?: string | null;
            };
            networks?: string[];
            organisation?: string;
            quotas?: {
                ficoba?: number;
                r2p?: number;
                sfip?: number;
            };
            r2p?: {
                /** @enum {string} */
                legal_basis?: "decret-2022-814" | "autre";
                modes?: ("etat-civil-complet" | "etat-civil-degrade" | "etat-civil-adresse" | "spi")[];
                quota?: number;
                restitution?: ("etat-civil-adresse-spi" | "spi" | "etat-civil-adresse") | {
                    /** @enum {string} */
                    "etat-civil-adresse"?: "etat-civil-adresse-spi" | "spi" | "etat-civil-adresse";
                    /** @enum {string} */
                    "etat-civil-complet"?: "etat-civil-adresse-spi" | "spi" | "etat-civil-adresse";
                    /** @enum {string} */
                    "etat-civil-degrade"?: "etat-civil-adresse-spi" | "spi" | "etat-civil-adresse";
                    /** @enum {string} */
                    spi?: "etat-civil-adresse-spi" | "spi" | "etat-civil-adresse";
                };
                scopes?: ("api_r2p_recherche_personne_physique" | "api_r2p_resolution_spi")[];
            } | null;
            scopes?: string[];
            sfip?: {
                quota?: number;
                scopes?: ("sfip_lep" | "sfip_donnees_fiscales_usagers")[];
            } | null;
            siret?: string;
            /** @enum {string|null} */
            state?: "not-begun" | "in-force" | "suspended" | "ended" | null;
            title?: string;
        };
        Fault: {
            /** @example f1 */
            id: string;
            left?: number | null;
            match: components["schemas"]["Target"];
            outcome: components["schemas"]["Outcome"];
            probability?: number | null;
            struck: number;
            times?: number | null;
        };
        FaultOrder: {
            match?: components["schemas"]["Target"];
            outcome: components["schemas"]["Outcome"];
            probability?: number | null;
            times?: number | null;
        };
        Forgotten: {
            forgotten: number;
        };
        JournalEntry: {
            address?: string;
            answers?: number;
            api: string | null;
            arrived_us: number;
            before_reset?: boolean;
            cause?: string;
            certificate?: {
                fingerprint: string;
                subject: string;
            };
            code: string | null;
            content_encoding?: string;
            context?: string;
            controls: {
                /** @enum {string} */
                control: "certificate" | "address" | "technical-id" | "identity" | "rights" | "quota";
                reason: string | null;
                /** @enum {string} */
                verdict: "granted" | "refused" | "not-reached" | "not-asked";
            }[];
            correlation_id: string;
            correlation_made?: boolean;
            criteria?: string[];
            digest?: string;
            duration_us: number;
            /** @enum {string} */
            environment?: "bac-a-sable";
            fault?: string;
            format: number;
            from_console?: boolean;
            http?: string;
            justification?: {
                hash: string;
                identifier?: string;
                length: number;
            };
            /** @enum {string} */
            kind: "request" | "handshake" | "connection" | "start" | "recette" | "store" | "tokens";
            made?: {
                /** @enum {string} */
                by: "recette-play" | "call" | "parity-compare";
                run: string;
            };
            mark?: {
                case: string;
                /** @enum {string} */
                step: "begin" | "end";
            };
            method?: string;
            motif?: string;
            /** Format: date-time */
            next_access?: string;
            /** @description The simulated gateway that it came to, from 1 */
            node?: number;
            note?: string;
            operation: string | null;
            partner: string | null;
            port?: number;
            quota?: {
                limit: number;
                used: number;
            };
            reference?: string;
            refusal?: {
                attribute?: string;
                expected?: string;
                explanation?: string;
                message: string;
                received?: string;
            };
            replica?: string;
            request_id?: string;
            restituted?: string[];
            resumed?: boolean;
            run?: {
                population: number;
                register: number;
                replica?: boolean;
                seed: number;
                settings: string[][];
                version: string;
            };
            sequence: number;
            status: number | null;
            /** @enum {string} */
            step?: "routage";
            /** Format: date-time */
            time: string;
            tls?: string;
            /** @description The token's identifier, never the token */
            token?: string;
            user_agent?: string;
            via?: string;
            vigilance?: string[];
        };
        /** @description How journal.file fares; null without one */
        JournalFile: {
            fault: string | null;
            /** @description Entries that never will be */
            lost: number;
            path: string;
            /** @description Entries that wait to be written */
            pending: number;
            /** @enum {string} */
            policy: "buffered" | "strict";
            /** @description Entries written by this run */
            written: number;
        } | null;
        JournalPage: {
            entries: components["schemas"]["JournalEntry"][];
            file: components["schemas"]["JournalFile"];
            /** @description How many the filter wants after these */
            left: number;
            next: number;
            total: number;
        };
        KeyOrder: {
            /** @enum {string} */
            by: "recette-play" | "call" | "parity-compare";
            count?: number | null;
            run?: string | null;
        };
        Keys: {
            /** @description Seconds */
            expires_in: number;
            keys: string[];
            run: string;
        };
        MintedToken: {
            access_token: string;
            /** Format: date-time */
            expires_at: string;
            expires_in: number;
            id: string;
            partner: string;
            scope: string;
            token_type: string;
        };
        /** @description One of code, status, drop, truncate, html; delay_ms alone or beside another, html alone or with a status; retry_after, the seconds of Retry-After, beside code, status or html */
        Outcome: {
            code?: (string | number) | null;
            delay_ms?: (number | {
                max: number;
                min: number;
            }) | null;
            drop?: true | null;
            html?: true | null;
            incident?: true | null;
            message?: string | null;
            retry_after?: number | null;
            status?: number | null;
            truncate?: true | null;
        };
        Persona: {
            calls: {
                /** @enum {string} */
                api: "ficoba" | "r2p" | "sfip";
                expect: {
                    status: number;
                };
                motif?: string;
                operation: string;
                parameters: Record<string, never>;
                partner: string;
                shows: string;
            }[];
            id: string;
            /** @enum {string} */
            kind: "person" | "company" | "group" | "accounts";
            shows: string[];
            story: string;
            title: string;
        };
        Problem: {
            detail: string;
            errors?: {
                detail?: string;
                pointer?: string;
            }[];
            /** @description The parameter of the query at fault */
            parameter?: string;
            /** @description JSON pointer to the fault in the body */
            pointer?: string;
            status: number;
            title: string;
            type: string;
        };
        Quota: {
            /** @enum {string} */
            api: "ficoba" | "r2p" | "sfip";
            limit: number;
            nodes?: number[];
            partner: string;
            /** Format: date-time */
            resets_at: string;
            used: number;
        };
        QuotaOrder: {
            /** @enum {string} */
            api: "ficoba" | "r2p" | "sfip";
            partner: string;
            /** @description From 0 to the limit; the limit is the convention's */
            used: number;
        };
        RecetteAbout: {
            application?: string | null;
            application_version?: string | null;
            campaign?: string | null;
            checked_by?: string | null;
            remarks?: components["schemas"]["RecetteRemark"][];
            responsible?: string | null;
            tester?: string | null;
        };
        RecetteMark: {
            case: string;
            partner: string;
            /** @enum {string} */
            step: "begin" | "end";
        };
        RecettePartner: {
            applicable: number;
            awaiting: number;
            broken: string[];
            conforming: number;
            not_conforming: number;
            not_seen: number;
            organisation: string;
            partner: string;
            percent: number;
            seen: number;
            vigilance: string[];
        };
        RecetteRemark: {
            at?: string | null;
            by?: string | null;
            case: string;
            comment?: string | null;
            /** @enum {string} */
            decision: "accepted" | "reserved" | "refused";
            due?: string | null;
            proof?: string | null;
            severity?: ("minor" | "major" | "blocking") | null;
        };
        RecetteWhose: {
            key?: string | null;
            partner: string;
        };
        Removed: {
            removed: number;
        };
        Reset: {
            partner?: string;
            reset: string[];
        };
        ResetOrder: {
            only?: ("journal" | "quotas" | "tokens" | "clock" | "faults" | "conventions" | "service")[] | null;
            partner?: string | null;
        };
        Revoked: {
            revoked: number;
        };
        Scenario: {
            id: string;
            outcome: components["schemas"]["Outcome"];
            probability?: number | null;
            struck: number;
            title: string;
            when: components["schemas"]["Target"][];
        };
        Service: {
            announced: {
                api?: ("ficoba" | "r2p" | "sfip") | null;
                /** Format: date-time */
                from: string;
                /** Format: date-time */
                to: string;
            }[];
            /** @example 01:00 */
            closing: string;
            incident_percent: number;
            /** @enum {string} */
            profile: "open" | "cgu" | "incident";
            services: {
                /** @enum {string} */
                api: "ficoba" | "r2p" | "sfip";
                /** @enum {string} */
                cause?: "daily-closure" | "tail" | "maintenance" | "incident" | "announced";
                closings: {
                    /** @enum {string} */
                    cause: "daily-closure" | "tail" | "maintenance" | "incident" | "announced";
                    /** Format: date-time */
                    from: string;
                    /** Format: date-time */
                    to: string;
                }[];
                open: boolean;
                /** Format: date-time */
                until?: string;
            }[];
            tail_minutes: number;
        };
        ServiceOrder: {
            announced?: {
                api?: ("ficoba" | "r2p" | "sfip") | null;
                /** Format: date-time */
                from: string;
                /** Format: date-time */
                to: string;
            }[] | null;
            closing?: string | null;
            incident_percent?: number | null;
            profile?: ("open" | "cgu" | "incident") | null;
            tail_minutes?: number | null;
        };
        Sheet: {
            comptes?: Record<string, never>[];
            membres?: Record<string, never>[];
            /** @description The persona's id; empty for the generated population */
            persona: string;
            /** @description The person */
            personne?: Record<string, never>;
            /** @description The company */
            societe?: Record<string, never>;
        };
        Target: {
            api?: ("ficoba" | "r2p" | "sfip") | null;
            criteria?: {
                [key: string]: string | number | {
                    /**
                     * @description * is any text, ? any one character
                     * @example SCENARIO-*
                     */
                    pattern: string;
                };
            };
            operation?: string | null;
            partner?: string | null;
        };
        Token: {
            /** Format: date-time */
            expires_at: string;
            id: string;
            /** Format: date-time */
            issued_at: string;
            partner: string | null;
            scopes: string[];
        };
        TokenOrder: {
            expires_in?: number | null;
            partner: string;
            scopes?: string[] | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
